/** The part of the package railroad-diagrams, which has no types of its own, that is used. */
declare module "railroad-diagrams" {
  declare namespace railroad {
    interface Track {
      toString(): string;
    }
    function Diagram(...tracks: Track[]): Track;
    function Sequence(...tracks: Track[]): Track;
    function Choice(usual: number, ...tracks: Track[]): Track;
    function Optional(track: Track): Track;
    function OneOrMore(track: Track, between?: Track): Track;
    function ZeroOrMore(track: Track, between?: Track): Track;
    function Terminal(text: string): Track;
    function NonTerminal(text: string, link?: string): Track;
    function Skip(): Track;
  }
  export default railroad;
}
