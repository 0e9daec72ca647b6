// Your login is paused: then on to what was asked for, with what was typed.
import { during, putInReach } from "./ceremony.js";
import { goOn } from "./go-on.js";
import { sendAgain } from "./typed.js";

const form = document.getElementById("go-on");

if (form) {
  const button = form.querySelector("button[type=submit]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    during(button, () => goOn(form).then(sendAgain));
  });
  putInReach(button);
}
