/** Where this browser notes that it has practised for a meeting.
 * @module */

export function practisedNote(origin: string, person: string, meeting: string): string {
  return `practised ${origin} ${person} ${meeting}`;
}
