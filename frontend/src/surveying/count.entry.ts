import "./count.css";
