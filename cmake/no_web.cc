// In place of the dashboard's files where it was left out (ONDA_WEB=OFF).
#include "onda/api/assets.h"

namespace onda::api {

std::span<const WebAsset> web_assets() {
  return {};
}

}  // namespace onda::api
