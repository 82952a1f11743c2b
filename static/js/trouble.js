// What went wrong, in words: what happened, what was kept, what to do.
(() => {
  const box = document.getElementById("trouble");
  if (!box) return;
  let timer = null;

  function say(sentence) {
    box.textContent = sentence;
    box.hidden = false;
    clearTimeout(timer);
    timer = setTimeout(() => { box.hidden = true; }, 9000);
  }

  document.addEventListener("htmx:sendError", () => {
    say("The server did not answer. What you see is kept as it was; check the connection and try again.");
  });
  document.addEventListener("htmx:timeout", () => say("The answer took too long. What you see is kept; ask for a shorter period or try again."));
  document.addEventListener("htmx:responseError", (event) => {
    const request = event.detail.xhr;
    if (request.status === 403 || request.getResponseHeader("X-Signed-Out")) {
      say("You are signed out or may not see this. What you see is kept; sign in again and repeat the last step.");
      return;
    }
    const reason = new DOMParser().parseFromString(request.responseText, "text/html").querySelector("[data-reason]");
    say(reason ? `${reason.textContent.trim()} What you see is kept as it was.` : "This could not be answered. What you see is kept as it was; try again, or tell whoever runs cxhub.");
  });
})();
