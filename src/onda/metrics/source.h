// A sorted stream that can be looked at before it is consumed.
#pragma once

namespace onda::metrics {

template <class Row>
class Source {
 public:
  virtual ~Source() = default;
  // The next row, null at the end. The row stays valid until pop().
  virtual const Row* peek() = 0;
  virtual void pop() = 0;
};

}  // namespace onda::metrics
