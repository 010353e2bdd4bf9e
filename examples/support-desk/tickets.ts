/** A ticket as it came in. */
export interface Ticket {
  readonly id: string;
  readonly text: string;
  /** What the form that it came by says of it: a name by itself is found by no detector. */
  readonly labels: readonly string[];
}

/** Made up, like everybody and every number in them: check digits hold, accounts do not exist. */
export const tickets: readonly Ticket[] = [
  { id: "T-1", text: "How long does delivery to the islands take?", labels: [] },
  { id: "T-2", text: "Meine Rechnung ist doppelt. Bitte an DE89 3704 0044 0532 0130 00 zurück, Gruß, Jutta Ahrens", labels: [] },
  { id: "T-3", text: "Hej, jag har glömt mitt lösenord. Skriv till ingrid.lund@example.org, tack.", labels: [] },
  { id: "T-4", text: "La livraison est en retard depuis une semaine, que se passe-t-il ?", labels: [] },
  { id: "T-5", text: "Nazywam się Zofia Wrona i nie mogę się zalogować do konta.", labels: ["personal"] },
  { id: "T-6", text: "¿Dónde está mi paquete? El pedido salió hace dos semanas.", labels: [] },
];

/** Every text in the tickets that tells of a person: what must be in no receipt. */
export const personalTexts: readonly string[] = ["DE89 3704", "DE89370400440532013000", "Jutta", "Ahrens", "ingrid.lund", "example.org", "Zofia", "Wrona"];
