// The desk of a batch: a suggested PIN, OK, the browser's window, the nickname, the slip.
// The PIN is in this page alone: in no request, no address, no storage, no title.
import { create, during, inTurn, post, putInReach } from "./ceremony.js";
import { suggested } from "./pin.js";
import { listen } from "./scanner.js";

const at = (id) => document.getElementById(id);
const desk = at("desk");
const pinShown = at("pin");

let pin = "";
let isHidden = false;
let registrationId;
// How far the PIN may have gone: "made", "tried" (the token may have it), "registered", "printed".
let stage = "made";

at("name").focus();
if (desk) begin();

function begin() {
  another();
  at("pin-hide").addEventListener("click", () => hide(!isHidden));
  at("pin-anew").addEventListener("click", another);
  at("pin-read").addEventListener("click", readOut);
  at("begin").addEventListener("click", () => during(at("begin"), register));
  at("name-it").addEventListener("submit", save);
  at("nickname").addEventListener("keydown", enterGoesOn);
  at("print").addEventListener("click", () => window.print());
  at("printed").addEventListener("change", () => {
    stage = at("printed").checked ? "printed" : "registered";
  });
  listen(at("serial"), scanned);
  putInReach(at("begin"));
}

function another() {
  pin = suggested();
  hide(false);
}

function hide(hidden) {
  isHidden = hidden;
  // Digit by digit, as a screen reader is to read it.
  pinShown.textContent = hidden ? "" : [...pin].join(" ");
  at("pin-is-hidden").hidden = !hidden;
  at("pin-hide").textContent = hidden ? at("pin-hide").dataset.hidden : at("pin-hide").dataset.shown;
}

// Only by a voice of this computer: others would send the PIN to whoever speaks for them.
function readOut() {
  const voices = window.speechSynthesis?.getVoices() ?? [];
  const voice = voices.find((each) => each.localService && each.lang.startsWith("en"));
  if (!voice) {
    at("scanned").textContent = at("pin-read").dataset.none;
    return;
  }
  const said = new SpeechSynthesisUtterance([...pin].join(", "));
  said.voice = voice;
  said.rate = 0.7;
  window.speechSynthesis.speak(said);
}

async function register() {
  const { registration_id, public_key } = await asked(desk.dataset.challenge, {});
  stage = "tried";
  at("pin-anew").disabled = true;
  const credential = await create(public_key);
  await asked(desk.dataset.answer, { registration_id, credential: credential.toJSON() });
  registrationId = registration_id;
  hide(true);
  at("set-up").hidden = true;
  at("put-off").hidden = true;
  at("name-it").hidden = false;
  at(at("serial").value ? "nickname" : "serial").focus();
}

// Elsewhere the page is loaded anew where a proof is missing. Here the PIN would be lost with it.
async function asked(address, fields) {
  try {
    return await post(address, fields);
  } catch (error) {
    if (!["step_up_required", "authentication_required"].includes(error.code)) throw error;
    at("desk-over").hidden = false;
    const over = new Error(error.code);
    over.name = "DeskOver";
    throw over;
  }
}

// The Enter of a scanner saves nothing by itself, whatever field it went to.
function enterGoesOn(event) {
  if (event.key !== "Enter") return;
  event.preventDefault();
  at("save").focus();
}

function scanned(serial) {
  at("scanned").textContent = at("scanned").dataset.words.replace("{serial}", serial);
  if (!at("name-it").hidden) at("nickname").focus();
  else if (!at("set-up").hidden) at("begin").focus();
}

function save(event) {
  event.preventDefault();
  const places = { mistake: at("mistake"), progress: at("saving"), words: document };
  inTurn(at("save"), keep, places);
}

async function keep() {
  const kept = await asked(desk.dataset.keep, {
    registration_id: registrationId,
    nickname: at("nickname").value,
    serial_number: at("serial").value.trim(),
  });
  stage = "registered";
  fill("nickname", kept.nickname);
  fill("serial", kept.serial_number);
  document.querySelector("[data-slip=serial-line]").hidden = !kept.serial_number;
  at("slip").hidden = false;
  for (const done of ["name-it", "serial-number", "scanned"]) at(done).hidden = true;
  at("undo-last")?.setAttribute("hidden", "");
  at("hand-over").hidden = false;
  const heading = at("registered");
  heading.textContent = heading.dataset.words.replace("{nickname}", kept.nickname);
  heading.focus();
}

function fill(name, text) {
  document.querySelector(`[data-slip=${name}]`).textContent = text;
}

// On the slip it stands only while it prints.
window.addEventListener("beforeprint", () => desk && fill("pin", isOnSlip() ? pin : ""));
window.addEventListener("afterprint", () => desk && fill("pin", ""));

function isOnSlip() {
  return stage === "registered" || stage === "printed";
}

// Nobody goes on by mistake while the PIN is only here.
const leaving = at("leaving");
let goOn;

function isAtStake() {
  return stage === "tried" || stage === "registered";
}

document.addEventListener("click", (event) => {
  const pressed = event.target.closest?.("[data-leaves]");
  if (!pressed || !isAtStake()) return;
  event.preventDefault();
  goOn = pressed;
  for (const words of leaving.querySelectorAll("[data-when]")) {
    words.hidden = words.dataset.when !== stage;
  }
  leaving.showModal();
  at("leaving-heading").focus();
});
at("stay")?.addEventListener("click", () => leaving.close());
at("leave")?.addEventListener("click", () => {
  stage = "left";
  leaving.close();
  goOn.click();
});
window.addEventListener("beforeunload", (event) => {
  if (!isAtStake()) return;
  event.preventDefault();
  event.returnValue = true; // older browsers ask for it
});
// A browser may keep the page, to come back to it at once.
window.addEventListener("pagehide", () => {
  pin = "";
  if (pinShown) pinShown.textContent = "";
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});
