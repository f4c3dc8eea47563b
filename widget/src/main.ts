/**
 * What the page's one tag runs:
 *
 *     <script defer src="…/offre-bailleurs-chat.js" data-chat-url="…" data-identity-url="…" data-privacy-url="…"></script>
 */

import { ChatWidget } from "./chat-widget";
import { MessageComposer } from "./composer";
import { MessageList } from "./message-list";

const TAG = "offre-bailleurs-chat";

function start(script: HTMLScriptElement | null): void {
  const { chatUrl, identityUrl, privacyUrl } = script?.dataset ?? {};
  if (chatUrl === undefined) throw new Error(`${TAG}: the script tag has no data-chat-url`);
  // A page that carries the tag twice shows one widget.
  if (customElements.get(TAG) !== undefined) return;
  customElements.define(`${TAG}-log`, MessageList);
  customElements.define(`${TAG}-composer`, MessageComposer);
  customElements.define(TAG, ChatWidget);
  const widget = document.createElement(TAG) as ChatWidget;
  widget.setAttribute("chat-url", chatUrl);
  if (identityUrl !== undefined) widget.setAttribute("identity-url", identityUrl);
  if (privacyUrl !== undefined) widget.setAttribute("privacy-url", privacyUrl);
  document.body.append(widget);
}

// `currentScript` is null in a module, which is what the development server makes of this file.
start((document.currentScript as HTMLScriptElement | null) ?? document.querySelector("script[data-chat-url]"));
