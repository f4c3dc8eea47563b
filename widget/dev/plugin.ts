/** Serves the stand-in and two trial pages from Vite's development server. */

import { readFile } from "node:fs/promises";
import type { Plugin } from "vite";
import { StandIn } from "./stand-in.ts";

const BUNDLE = new URL("../../portal/static/chat/offre-bailleurs-chat.js", import.meta.url);
/** As strict as the portal's own. */
const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

const QUITTANCE = `<svg xmlns="http://www.w3.org/2000/svg" width="480" height="200"><rect width="480" height="200" fill="#fff"/>
<text x="24" y="48" font-size="22">AIDES AU LOGEMENT</text><text x="250" y="96" font-size="20">359 00007090001</text></svg>`;

export function standIn(): Plugin {
  const server = new StandIn();
  return {
    name: "stand-in",
    apply: "serve",
    configureServer({ middlewares }) {
      middlewares.use(
        "/webhooks/webchat",
        (request, response) => void server.chat(request, response, request.url ?? "/"),
      );
      middlewares.use("/chat/identite", (_request, response) => server.identity(response));
      // /dev/qui/alice signs alice in; /dev/qui/ signs out.
      middlewares.use("/dev/qui/", (request, response) => {
        server.who = (request.url ?? "/").slice(1);
        response.writeHead(302, { Location: request.headers.referer ?? "/" }).end();
      });
      middlewares.use("/dev/quittance.svg", (_request, response) => {
        response.writeHead(200, { "Content-Type": "image/svg+xml" }).end(QUITTANCE);
      });
      middlewares.use("/dev/bundle.js", (_request, response, next) => {
        readFile(BUNDLE).then((body) => response.writeHead(200, { "Content-Type": "text/javascript" }).end(body), next);
      });
      // The built bundle under the strict policy: what a landlord gets.
      middlewares.use("/bundle", (_request, response, next) => {
        const headers = { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": CSP };
        readFile(new URL("bundle.html", import.meta.url)).then(
          (body) => response.writeHead(200, headers).end(body),
          next,
        );
      });
    },
  };
}
