// Keys reach the browser without a click: the terminal takes the focus once something is drawn, since before that the
// browser does not hear of it.
addEventListener("load", () => {
  const drawn = new MutationObserver(() => {
    if (document.body.classList.contains("-first-byte")) {
      drawn.disconnect();
      document.querySelector(".xterm-helper-textarea").focus();
    }
  });
  drawn.observe(document.body, { attributes: true, attributeFilter: ["class"] });
});
