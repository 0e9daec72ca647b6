// What the two ceremonies share: talking to the portal and to the browser, and saying what went wrong.

const PATIENCE = 240_000; // milliseconds; some browsers keep no time-out of their own

// The session ran out while the page was open, or a proof is missing: loaded anew, the page asks for
// it, or leads to Login, and comes back.
const ASKED_FOR_BY_THE_PAGE = new Set(["authentication_required", "step_up_required"]);

export class Refusal extends Error {
  constructor(problem) {
    super(problem.detail);
    this.reference = problem.reference;
    this.code = problem.code;
  }
}

export function supported() {
  return Boolean(
    window.PublicKeyCredential?.parseCreationOptionsFromJSON &&
      window.PublicKeyCredential?.parseRequestOptionsFromJSON,
  );
}

export async function post(address, fields) {
  const response = await fetch(address, {
    method: "POST",
    credentials: "same-origin",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json",
      "X-CSRFToken": csrf(),
    },
    body: JSON.stringify(fields),
  }).catch(() => {
    throw named("Network");
  });
  const renewed = response.headers.get("X-CSRFToken");
  if (renewed) carry(renewed);
  const isJson = /^application\/(problem\+)?json/.test(response.headers.get("Content-Type") ?? "");
  if (!isJson) throw named("Network");
  const answer = await response.json();
  if (!response.ok) throw new Refusal(answer);
  return answer;
}

// Every form of the page carries it. The cookie that it is held against is for no script.
const CARRIED = "input[name=csrfmiddlewaretoken]";

export function csrf() {
  return document.querySelector(CARRIED)?.value ?? "";
}

// Once the session has another secret, what the forms carried is worth nothing.
export function carry(renewed) {
  for (const field of document.querySelectorAll(CARRIED)) field.value = renewed;
}

export function create(options) {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return navigator.credentials.create({ publicKey, signal: AbortSignal.timeout(PATIENCE) });
}

export function get(options) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return navigator.credentials.get({ publicKey, signal: AbortSignal.timeout(PATIENCE) });
}

function named(name) {
  const error = new Error(name);
  error.name = name;
  return error;
}

// The words are on the page, in its language: <template data-mistake="…">.
function words(name, places) {
  const found = places.words.querySelector(`template[data-mistake="${name}"]`);
  return found?.content.textContent.trim();
}

function wordsFor(error, places) {
  if (error instanceof Refusal) return error.message;
  if (error.name === "TimeoutError") return words("AbortError", places);
  return words(error.name, places) ?? words("NotAllowedError", places);
}

// Where the page says what happens, and what went wrong.
function placesOfPage() {
  return {
    mistake: document.getElementById("mistake"),
    progress: document.getElementById("progress"),
    words: document,
  };
}

function tell(error, places) {
  const summary = document.createElement("div");
  summary.className = "nhsuk-error-summary";
  summary.tabIndex = -1;
  const heading = document.createElement("h2");
  heading.className = "nhsuk-error-summary__title";
  heading.textContent = words("Heading", places);
  const text = document.createElement("p");
  text.textContent = wordsFor(error, places);
  summary.append(heading, text);
  if (error.reference) {
    const reference = document.createElement("p");
    reference.textContent = `${words("Reference", places)} ${error.reference}`;
    summary.append(reference);
  }
  places.mistake.replaceChildren(summary);
  summary.focus();
}

// One ceremony at a time, in a browser that can do it.
export function during(button, ceremony, places = placesOfPage()) {
  return inTurn(
    button,
    () => {
      if (!supported()) throw named("Unsupported");
      return ceremony();
    },
    places,
  );
}

// The button is out of reach meanwhile, and the page says what happens.
export async function inTurn(button, work, places = placesOfPage()) {
  const { mistake, progress } = places;
  mistake.replaceChildren();
  putOutOfReach(button);
  progress.textContent = progress.dataset.words;
  try {
    await work();
  } catch (error) {
    if (ASKED_FOR_BY_THE_PAGE.has(error.code)) window.location.assign(window.location.href);
    else tell(error, places);
  } finally {
    progress.textContent = "";
    putInReach(button);
  }
}

// The page comes with the button out of reach: before its script is here, a press would be lost.
export function putInReach(button) {
  button.disabled = false;
  button.removeAttribute("aria-disabled");
}

function putOutOfReach(button) {
  button.disabled = true;
  button.setAttribute("aria-disabled", "true");
}
