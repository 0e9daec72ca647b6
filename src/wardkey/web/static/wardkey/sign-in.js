// Choose a FIDO2 token: exactly the chosen one is asked for.
import { during, get, post, putInReach } from "./ceremony.js";

// A challenge lives for five minutes, and a browser may take four until the token answers.
const FRESH = 50_000; // milliseconds
const opened = Date.now(); // goes on while the computer sleeps

const form = document.getElementById("choose-key");
const button = form.querySelector("button[type=submit]");

form.addEventListener("submit", (event) => {
  event.preventDefault();
  during(button, signIn);
});
putInReach(button);

async function signIn() {
  const chosen = form.querySelector("[name=key]:checked");
  const { ceremony_id, public_key } =
    broughtBy(chosen) ?? (await post(form.dataset.challenge, { key_id: chosen.value }));
  const credential = await get(public_key);
  const address = `${form.dataset.finish}?${new URLSearchParams({ next: form.dataset.next })}`;
  const { next } = await post(address, { ceremony_id, credential: credential.toJSON() });
  window.location.assign(next);
}

// Once: whatever came of it, the next one is asked for.
function broughtBy(chosen) {
  const { begun } = chosen.dataset;
  delete chosen.dataset.begun;
  return begun && Date.now() - opened < FRESH ? JSON.parse(atob(begun)) : undefined;
}
