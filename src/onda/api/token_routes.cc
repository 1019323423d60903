#include "onda/api/body.h"
#include "onda/api/encode_accounts.h"
#include "onda/api/route.h"
#include "onda/base/text.h"

namespace onda::api {

Result<net::Response> list_tokens(Call& call) {
  JsonWriter json;
  json.begin_object().key("tokens").begin_array();
  db::read(call.services.database, [&](db::Session& session) {
    for (const tenants::Token& token : tenants::list_tokens(session, call.caller.owner->tenant)) {
      json.begin_object();
      encode_token(json, token);
      json.end_object();
    }
  });
  return json_response(json.end_array().end_object().take());
}

Result<net::Response> add_token(Call& call) {
  BodyReader body(call.request);
  body.only({"name"});
  const std::string name = body.text("name");
  if (auto good = body.done(); !good) return tl::unexpected<Error>(good.error());
  TRY(const tenants::NewToken made,
      tenants::add_token(call.services.database, call.services.clock, call.services.random,
                         call.caller.owner->tenant, name));
  JsonWriter json;
  json.begin_object();
  encode_token(json, made.token);
  return json_response(json.member("token", made.secret).end_object().take(), 201);
}

Result<net::Response> revoke_token(Call& call) {
  // What is no number is the number of no token.
  const std::int64_t id = parse_int(call.path_values.at(0)).value_or(0);
  if (!tenants::revoke_token(call.services.database, call.services.clock, call.caller.owner->tenant, id))
    return fail(ErrorKind::kNotFound, "There is no such token in use");
  net::Response response;
  response.status = 204;
  return response;
}

}  // namespace onda::api
