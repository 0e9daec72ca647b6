// Register New Token: OK, the browser's window, then the nickname.
import { create, during, post, putInReach } from "./ceremony.js";

const setUp = document.getElementById("set-up");
const nameIt = document.getElementById("name-it");
const begin = document.getElementById("begin");

begin.addEventListener("click", () => during(begin, register));
putInReach(begin);

async function register() {
  const { registration_id, public_key } = await post(setUp.dataset.challenge, {});
  const credential = await create(public_key);
  await post(setUp.dataset.answer, { registration_id, credential: credential.toJSON() });
  nameIt.elements.registration_id.value = registration_id;
  setUp.hidden = true;
  nameIt.hidden = false;
  nameIt.elements.nickname.focus();
}
