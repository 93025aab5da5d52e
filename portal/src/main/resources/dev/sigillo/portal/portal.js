// What a page cannot say without a script: that the server does not answer any more. Everything else works without.
document.addEventListener("htmx:sendError", () => {
  const said = document.getElementById("roll-said") || document.getElementById("progress-said");
  if (said) {
    said.textContent = "The server does not answer. Trying again.";
  }
});
