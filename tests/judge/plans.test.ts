/** Random strategies of several symbols and clocks over random bars. */
import { agreement } from "./plans.ts";

agreement("random_plan.py", "strategies of several symbols and clocks", [
  "entry",
  "add",
  "exit",
  "stop",
  "target",
  "hold",
  "flatten",
  "halt",
  "rejected",
  "cancel",
  "expire",
  "borrow",
  "legs",
  "split",
  "dividend",
  "reverse",
]);
