// Check this device: a throwaway credential is registered, and then used. Signed in, the portal
// makes the challenges and judges the answers; otherwise all stays in this browser.
import { create, during, get, inTurn, post, putInReach, supported } from "./ceremony.js";

const check = document.getElementById("check");
const begin = document.getElementById("begin");
const begun = "options" in check.dataset ? alone : judged;

begin.addEventListener("click", begun);
putInReach(begin);

function judged() {
  inTurn(begin, async () => {
    const check_id = await tried();
    window.location.assign(`${check.dataset.outcomes}${check_id}/`);
  });
}

// The id under which the portal keeps what was seen, for a quarter of an hour.
async function tried() {
  const { challenge, registration, signIn } = check.dataset;
  const first = await post(challenge, {});
  const registered = await answered(first, "registration", create);
  if (!registered) return first.check_id;
  const second = await post(registration, { check_id: first.check_id, credential: registered });
  const used = await answered(second, "sign_in", get);
  if (used) await post(signIn, { check_id: second.check_id, credential: used });
  return second.check_id;
}

// What the token answers; nothing once the portal has noted why it does not.
async function answered({ check_id, public_key }, half, ask) {
  let mistake = "Unsupported";
  try {
    if (supported()) return (await ask(public_key)).toJSON();
  } catch (error) {
    mistake = error.name;
  }
  await post(check.dataset.failure, { check_id, half, mistake });
  return null;
}

function alone() {
  const works = document.getElementById("works");
  works.hidden = true;
  during(begin, async () => {
    const options = { ...JSON.parse(check.dataset.options), challenge: challenge() };
    const { id, response } = await create(options);
    await get({
      challenge: challenge(),
      rpId: options.rp.id,
      timeout: options.timeout,
      allowCredentials: [{ type: "public-key", id, transports: response.getTransports() }],
      userVerification: "required",
    });
    works.hidden = false;
    works.focus();
  });
}

function challenge() {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
