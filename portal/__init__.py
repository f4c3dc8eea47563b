"""Mon Compte Partenaire's pages: sign-in, the tenants' list, the recaps, and the chat that they host.

In production the real portal takes its place: the assistant knows only the identity token signed here.
"""
