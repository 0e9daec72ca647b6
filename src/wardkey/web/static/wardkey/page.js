// Every page: the design system's components, where the browser supports them.
import { initAll } from "../nhsuk/nhsuk-frontend.min.js";
import { makeResponsive } from "./tables.js";

document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("nhsuk-frontend-supported");
}
initAll();
document.querySelectorAll("table.nhsuk-table").forEach(makeResponsive);
