import "./css/index.css";
import "htmx.org";
