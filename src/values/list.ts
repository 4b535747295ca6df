/** Lists that change in place. */

/** Takes out the element at `index`. Unlike `splice` it makes no list of what it takes, and keeps the room of a list that becomes empty. */
export function removeAt<T>(list: T[], index: number): void {
  for (let i = index + 1; i < list.length; i++) list[i - 1] = list[i] as T;
  list.pop();
}
