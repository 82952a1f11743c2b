// Shows the OpenAPI document with Swagger UI. Requests made here use the session, so they need its CSRF token.
const place = document.getElementById("api-docs");

function cookie(name) {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

window.SwaggerUIBundle({
  url: place.dataset.document,
  domNode: place,
  deepLinking: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  docExpansion: "list",
  validatorUrl: null, // nothing leaves this machine
  requestInterceptor: (request) => {
    const token = cookie("csrftoken");
    if (token && request.method && request.method !== "GET") {
      request.headers["X-CSRFToken"] = token;
    }
    return request;
  },
  onComplete: () => document.body.setAttribute("data-ready", ""),
});
