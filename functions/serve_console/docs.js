// Shows the API's schema. A file of its own, so that the page's policy can forbid inline scripts.
"use strict";
SwaggerUIBundle({ url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: true });
