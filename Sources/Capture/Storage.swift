/// A block of plain values on the heap, allocated once and freed with its owner: an array without reference counts, so
/// that the capture thread may own one.
struct Storage<Element: BitwiseCopyable>: ~Copyable {
  // SAFETY: allocated and initialised in `init`, freed in `deinit`. Move-only, so it is freed only once; users take
  // `elements` while they own or borrow the storage and keep neither it nor its spans.
  let elements: UnsafeMutableBufferPointer<Element>

  init(repeating value: Element, count: Int) {
    elements = .allocate(capacity: count)
    elements.initialize(repeating: value)
  }

  deinit { elements.deallocate() }

  var count: Int { elements.count }
}
