import "./cases.css";
import { startDesk } from "./desk";
import { startVerbs } from "./verbs";

startDesk(document);
startVerbs(document);
