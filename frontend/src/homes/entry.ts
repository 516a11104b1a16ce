import "./homes.css";
import { startPrinting } from "./printing";

startPrinting(document);
