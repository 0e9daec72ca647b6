// Choose a FIDO2 token: exactly the chosen one is asked for.
import { during, get, post, putInReach } from "./ceremony.js";

const form = document.getElementById("choose-key");
const button = form.querySelector("button[type=submit]");

form.addEventListener("submit", (event) => {
  event.preventDefault();
  during(button, signIn);
});
putInReach(button);

async function signIn() {
  const key_id = new FormData(form).get("key");
  const { ceremony_id, public_key } = await post(form.dataset.challenge, { key_id });
  const credential = await get(public_key);
  const address = `${form.dataset.finish}?${new URLSearchParams({ next: form.dataset.next })}`;
  const { next } = await post(address, { ceremony_id, credential: credential.toJSON() });
  window.location.assign(next);
}
