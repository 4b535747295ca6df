/** Times as text, for messages and generated files. */
import { DAY, HOUR, MINUTE, SECOND } from "../market/calendars.ts";
import { dateText } from "../values/civil-date.ts";
import { instantText } from "../values/instant.ts";
import { instant } from "../values/quantity.ts";

/** "2013-10-07 09:30:00", of whatever clock the microseconds are; with a fraction of a second where there is one. */
export function civilText(micros: number): string {
  const day = Math.floor(micros / DAY);
  const rest = micros - day * DAY;
  const fraction = rest % SECOND;
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const clock = `${two(rest / HOUR)}:${two((rest % HOUR) / MINUTE)}:${two((rest % MINUTE) / SECOND)}`;
  return `${dateText(day)} ${clock}${fraction === 0 ? "" : `.${String(fraction).padStart(6, "0")}`}`;
}

/** "2013-10-07T13:30:00Z", of UTC microseconds. */
export function utcText(micros: number): string {
  return instantText(instant(micros));
}
