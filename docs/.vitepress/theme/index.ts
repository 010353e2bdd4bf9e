import Theme from "vitepress/theme-without-fonts";

import "./caio.css";

export default Theme;
