// An import that is under way: how far it is, and another page once it has gone on.
const page = document.querySelector("[data-progress]");
const EVERY = 1000; // milliseconds
const AT_MOST = 600; // after that, the link "Look again"

async function look(left) {
  const answer = await fetch(page.dataset.progress, { headers: { accept: "application/json" } });
  if (!answer.ok) return;
  const { state, percent } = await answer.json();
  if (state !== page.dataset.state) {
    window.location.reload();
    return;
  }
  page.querySelector("progress").value = percent;
  page.querySelector("[data-percent]").textContent = String(percent);
  if (left > 0) setTimeout(look, EVERY, left - 1);
}

if (page) setTimeout(look, EVERY, AT_MOST);
