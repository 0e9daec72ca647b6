// A page that was left open says in time that its login is going to rest. Once it rests, the page is
// covered by the way back, and nothing that was typed is lost. At a shared computer it goes away.
import { carry, csrf, during } from "./ceremony.js";
import { goOn } from "./go-on.js";

const LOOKED_EVERY = 5_000; // milliseconds
const template = document.getElementById("idle-template");
const { session, seconds, warned, leaves } = template.dataset;
// The other pages of this browser: where one of the same session was used, all were.
const pages = new BroadcastChannel("wardkey-session");
const title = document.title;

let restsAt;
let dialog;
let isPutOff = false;

function used(secondsLeft) {
  restsAt = Date.now() + secondsLeft * 1000;
  isPutOff = false;
  document.title = title;
  dialog?.remove();
  dialog = undefined;
}

function look() {
  const left = restsAt - Date.now();
  if (left <= 0) rest();
  else if (left <= warned * 1000 && !isPutOff) open();
}

function open() {
  if (dialog) return;
  dialog = template.content.firstElementChild.cloneNode(true);
  dialog.querySelector("[name=csrfmiddlewaretoken]").value = csrf();
  const form = dialog.querySelector("#idle-form");
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    during(form.querySelector("[type=submit]"), () => goOn(form).then(wentOn), placesOf(dialog));
  });
  dialog.querySelector("#idle-later").addEventListener("click", putOff);
  dialog.addEventListener("cancel", putOff);
  document.body.append(dialog);
  dialog.showModal();
}

function wentOn({ seconds: left }) {
  used(left);
  tellOthers(left);
}

function tellOthers(left) {
  pages.postMessage({ session, seconds: left, renewed: csrf() });
}

function putOff(event) {
  event.preventDefault();
  if (isResting()) return;
  isPutOff = true;
  dialog.remove();
  dialog = undefined;
}

function isResting() {
  return dialog?.classList.contains("wardkey-idle--resting");
}

function rest() {
  if (leaves) return window.location.replace(leaves);
  if (isResting()) return;
  open();
  dialog.classList.add("wardkey-idle--resting");
  const heading = dialog.querySelector("#idle-heading");
  heading.textContent = heading.dataset.resting;
  dialog.querySelector("#idle-text").textContent = dialog.querySelector("#idle-text").dataset.resting;
  dialog.querySelector("#idle-later").hidden = true;
  // A browser lets a dialog be closed in spite of its page; what is below it stays covered.
  dialog.addEventListener("close", () => isResting() && dialog.showModal());
  document.title = heading.textContent;
  heading.focus();
}

function placesOf(of) {
  return {
    mistake: of.querySelector("#idle-mistake"),
    progress: of.querySelector("#idle-progress"),
    words: of,
  };
}

pages.addEventListener("message", ({ data }) => {
  if (data.session !== session) return;
  carry(data.renewed);
  used(data.seconds);
});
used(seconds);
tellOthers(seconds);
window.setInterval(look, LOOKED_EVERY);
document.addEventListener("visibilitychange", look);
