// On a narrow screen each row of a table is a small list: the design system's responsive table.
// Its style sheet wants the heading of the column in each cell, and roles, because a table whose
// cells are blocks is none to some browsers. Without scripts a wide table moves in its own frame.

const ROLES = {
  "thead, tbody": "rowgroup",
  tr: "row",
  td: "cell",
  "th[scope=col]": "columnheader",
  "th[scope=row]": "rowheader",
};

export function makeResponsive(table) {
  const headings = [...table.querySelectorAll("thead th")].map((each) => each.textContent.trim());
  for (const row of table.querySelectorAll("tbody tr")) {
    [...row.cells].forEach((cell, place) => nameColumn(cell, headings[place]));
  }
  table.setAttribute("role", "table");
  for (const [elements, role] of Object.entries(ROLES)) {
    table.querySelectorAll(elements).forEach((each) => each.setAttribute("role", role));
  }
  table.classList.add("nhsuk-table--responsive");
}

// Screen readers have the column's own heading already.
function nameColumn(cell, heading) {
  const name = document.createElement("span");
  name.className = "nhsuk-table__heading";
  name.setAttribute("aria-hidden", "true");
  name.textContent = heading;
  const value = document.createElement("span");
  value.append(...cell.childNodes);
  cell.replaceChildren(name, value);
}
