const A_YEAR = 365 * 24 * 3600;

/**
 * Switch the large print at once and remember it in the cookie that the server reads.
 *
 *     <form method="post" action="/preferences/size" data-size-switch>
 *       <button name="size" value="large" aria-pressed="false">Large print</button>
 *     </form>
 */
export function startSize(page: Document): void {
  page.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.matches("[data-size-switch]")) return;
    event.preventDefault();
    const button = form.querySelector("button");
    if (button) switchSize(page, button);
  });
}

function switchSize(page: Document, button: HTMLButtonElement): void {
  const isLarge = button.value === "large";
  if (isLarge) page.documentElement.dataset["size"] = "large";
  else delete page.documentElement.dataset["size"];
  button.value = isLarge ? "plain" : "large";
  button.setAttribute("aria-pressed", String(isLarge));
  const secure = location.protocol === "https:" ? "; Secure" : "";
  const chosen = isLarge ? "large" : "plain";
  page.cookie = `yige_size=${chosen}; Path=/; Max-Age=${A_YEAR}; SameSite=Lax${secure}`;
}
