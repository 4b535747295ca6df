/** Random strategies over random quotes and trades. */
import { agreement } from "./plans.ts";

agreement("random_events.py", "strategies over quotes and trades", [
  "quote",
  "quote post_only",
  "entry",
  "add",
  "exit",
  "stop",
  "target",
  "hold",
  "halt",
  "rejected",
  "cancel",
  "expire",
]);
