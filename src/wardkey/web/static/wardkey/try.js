// Try it now: exactly this token is asked for; nobody is logged in by it.
import { during, get, post, putInReach } from "./ceremony.js";

const section = document.getElementById("try");
const begin = document.getElementById("begin");

begin.addEventListener("click", () => during(begin, tryIt));
putInReach(begin);

async function tryIt() {
  const { ceremony_id, public_key } = await post(section.dataset.challenge, {});
  const credential = await get(public_key);
  const { next } = await post(section.dataset.finish, {
    ceremony_id,
    credential: credential.toJSON(),
  });
  window.location.assign(next);
}
