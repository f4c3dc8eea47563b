/** Every word that a landlord reads in the widget, in French and with its typography. */

const NBSP = "\u00a0";

/** Sets the spaces of French punctuation that must not break: typed plain for the eye, read with no-break spaces. */
export function set(text: string): string {
  return text.replace(/ (?=[:;?!»%€])|(?<=«) /g, NBSP);
}

export const strings = {
  launcher: "Poser une question",
  launcherMore: " à l’assistant",
  launcherNews: "Un conseiller vous a répondu",
  title: "Assistant bailleurs",
  automatic: "Un programme vous répond",
  withAdviser: "Un conseiller vous répond",
  close: "Fermer",
  closeMore: " l’assistant",

  privacy: "Ce que vous écrivez ici est enregistré pour un temps limité.",
  privacyLink: "Vos données personnelles",

  log: "Messages de la conversation",
  speakers: { bot: "Assistant", adviser: "Conseiller", user: "Vous" },
  newMessage: "Nouveau message",
  newWindow: "nouvelle fenêtre",

  input: "Votre message",
  inputHint: set("Entrée : envoyer. Maj + Entrée : aller à la ligne."),
  send: "Envoyer",
  charactersLeft: (count: number): string =>
    count === 0 ? "Plus aucun caractère disponible" : `Encore ${plural(count, "caractère")}`,
  charactersOver: (count: number): string => `${plural(count, "caractère")} en trop`,
  tooLong: (limit: number): string =>
    set(`Votre message dépasse ${limit.toLocaleString("fr-FR")} caractères : raccourcissez-le avant de l’envoyer.`),
  stillAnswering: set("L’assistant prépare sa réponse : vous pourrez envoyer votre message juste après."),
  stillSending: set("Votre message est en route : vous pourrez envoyer le suivant juste après."),
  stuckFirst: set("Votre message précédent attend : choisissez d’abord « Réessayer »."),

  opening: "Connexion à l’assistant…",
  typing: "L’assistant écrit…",
  retrying: set("La connexion est difficile : nouvel essai dans un instant…"),

  failed: {
    network: set("La connexion a été interrompue."),
    busy: set("L’assistant n’a pas encore fini de répondre."),
    limited: set("Beaucoup de messages en peu de temps : patientez un instant."),
    unavailable: set("L’assistant ne peut pas répondre pour l’instant."),
    refused: set("Ce message ne peut pas être envoyé."),
    expired: set("L’assistant n’a pas pu ouvrir de conversation : rechargez la page."),
  },
  kept: set("Votre message est gardé : « Réessayer » le renvoie sans jamais le compter deux fois."),
  notErased: set("La conversation n’a pas pu être effacée."),
  retry: "Réessayer",
  abandon: "Ne pas renvoyer",

  expired: set("Votre conversation a expiré : en voici une nouvelle."),
  expiredKept: set(
    "Votre conversation a expiré : en voici une nouvelle. Votre message vous attend dans la zone de saisie.",
  ),
  changed: set("Votre connexion a changé : la conversation précédente a été effacée."),
  erased: "La conversation a été effacée.",

  erase: "Effacer la conversation",
  eraseQuestion: set("Effacer la conversation ?"),
  eraseDetail: set(
    "Tous les messages échangés ici seront supprimés. Une déclaration déjà transmise reste transmise, et un message " +
      "laissé à un conseiller lui reste, pour qu’il vous réponde. Pour le retirer aussi, annulez et écrivez à " +
      "l’assistant « effacez mes données ».",
  ),
  eraseYes: "Oui, effacer",
  eraseNo: "Annuler",
};

/** "PDF", from the media type or else from the file's name. */
export function fileType(type: string, name: string): string {
  const subtype = /^[a-z]+\/([a-z0-9]{2,5})$/i.exec(type)?.[1] ?? /\.([a-z0-9]{1,5})$/i.exec(name)?.[1] ?? "fichier";
  return subtype === "fichier" ? subtype : subtype.toUpperCase();
}

/** "812 octets", "31 Ko", "1,2 Mo". */
export function fileSize(bytes: number): string {
  if (bytes < 1_024) return `${bytes}${NBSP}${bytes < 2 ? "octet" : "octets"}`;
  const kilobytes = Math.round(bytes / 1_024);
  if (kilobytes < 1_024) return `${kilobytes}${NBSP}Ko`;
  return `${(bytes / 1_048_576).toLocaleString("fr-FR", { maximumFractionDigits: 1 })}${NBSP}Mo`;
}

function plural(count: number, noun: string): string {
  return `${count.toLocaleString("fr-FR")}${NBSP}${noun}${count < 2 ? "" : "s"}`;
}
