#include "onda/cli/commands.h"

int main(int argc, char** argv) {
  return onda::cli::run(argc, argv);
}
