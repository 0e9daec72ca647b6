// What was asked for, once it is certain who asks: the page anew, or the form with all that was typed.
import { csrf } from "./ceremony.js";

export function sendAgain() {
  const typed = document.getElementById("typed");
  if (!typed) return window.location.reload();
  // The proof gave the session another secret, and with it the form's.
  typed.elements.csrfmiddlewaretoken.value = csrf();
  // A field may be called "submit"; the method is still there.
  HTMLFormElement.prototype.submit.call(typed);
}
