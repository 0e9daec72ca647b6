// Confirm that it is you: then on to what was asked for, with what was typed.
import { during, get, post, putInReach } from "./ceremony.js";
import { sendAgain } from "./typed.js";

const form = document.getElementById("confirm");

if (form) {
  const button = form.querySelector("button[type=submit]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    during(button, confirm);
  });
  putInReach(button);
}

async function confirm() {
  const { challenge, finish, act, about } = form.dataset;
  const typed = ["password", "code"].find((name) => name in form.elements);
  if (!typed) {
    const key_id = new FormData(form).get("key");
    const { ceremony_id, public_key } = await post(challenge, { act, about, key_id });
    const credential = await get(public_key);
    await post(finish, { ceremony_id, credential: credential.toJSON() });
  } else {
    await post(finish, { act, about, [typed]: form.elements[typed].value });
  }
  sendAgain();
}
