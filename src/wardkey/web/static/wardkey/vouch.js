// A colleague vouches: exactly the chosen token is asked for; nobody is logged in by it.
import { during, get, post, putInReach } from "./ceremony.js";

const form = document.getElementById("vouch");

if (form) {
  const button = form.querySelector("button[type=submit]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    during(button, vouch);
  });
  putInReach(button);
}

async function vouch() {
  const { challenge, finish, colleague } = form.dataset;
  const key_id = new FormData(form).get("key");
  const { ceremony_id, public_key } = await post(challenge, { colleague, key_id });
  const credential = await get(public_key);
  const { next } = await post(finish, { ceremony_id, credential: credential.toJSON() });
  window.location.assign(next);
}
