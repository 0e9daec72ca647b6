// Confirm that it is you: then on to what was asked for, with what was typed.
import { csrf, during, get, post, putInReach } from "./ceremony.js";

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
  goOn();
}

function goOn() {
  const typed = document.getElementById("typed");
  if (!typed) return window.location.reload();
  // The proof gave the session another secret, and with it the form's.
  typed.elements.csrfmiddlewaretoken.value = csrf();
  // A field may be called "submit"; the method is still there.
  HTMLFormElement.prototype.submit.call(typed);
}
