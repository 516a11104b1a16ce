import "./css/index.css";
import htmx from "htmx.org";
import { startCommand } from "./behaviours/command";
import { startConfirm } from "./behaviours/confirm";
import { startCopy } from "./behaviours/copy";
import { startErrors } from "./behaviours/errors";
import { startFill } from "./behaviours/fill";
import { startGuard } from "./behaviours/guard";
import { startKeys } from "./behaviours/keys";
import { startLeft } from "./behaviours/left";
import { startMenus } from "./behaviours/menus";
import { startNetwork } from "./behaviours/network";
import { startPhotos } from "./behaviours/photos";
import { onPieces, startPieces } from "./behaviours/pieces";
import { startPlace } from "./behaviours/place";
import { startPoll } from "./behaviours/poll";
import { startSize } from "./behaviours/size";
import { toast } from "./behaviours/toast";

startConfirm(document);
startCopy(document);
startFill(document);
startKeys(document);
startLeft(document);
startMenus(document);
startNetwork(document);
startPlace(document);
startSize(document);

onPieces((root) => startGuard(root));
onPieces(startCommand);
onPieces(startErrors);
onPieces(startPhotos);
onPieces((root) => startPoll(root, (piece) => htmx.process(piece)));
startPieces(document);

document.addEventListener("htmx:after:swap", () => startPieces(document));
document.addEventListener("htmx:error", () => {
  toast(document.querySelector<HTMLElement>("[data-toasts]")?.dataset["failed"] ?? "");
});
