// After a rest, or before it: the token that opened the session, or the password where it alone did.
import { get, post } from "./ceremony.js";

export async function goOn(form) {
  const { challenge, finish } = form.dataset;
  const password = form.querySelector("[type=password]")?.value;
  if (password !== undefined) return post(finish, { password });
  const { ceremony_id, public_key } = await post(challenge, {});
  const credential = await get(public_key);
  return post(finish, { ceremony_id, credential: credential.toJSON() });
}
