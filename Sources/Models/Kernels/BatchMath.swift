import CKernels

/// Arithmetic over the rows of a batch with the vector kernels of `CKernels`. Matrices are [rows × columns], row-major;
/// of spans longer than needed, the front is used.
enum BatchMath {
  /// z = x + y.
  static func add(_ x: Span<Float>, _ y: Span<Float>, into z: inout MutableSpan<Float>) {
    precondition(y.count == x.count && z.count == x.count, "spans of different lengths")
    x.withUnsafeBufferPointer { x in
      y.withUnsafeBufferPointer { y in
        // SAFETY: the three spans have that many elements.
        z.withUnsafeMutableBufferPointer { ser_add(x.baseAddress, y.baseAddress, $0.baseAddress, $0.count) }
      }
    }
  }

  /// Adds `factor` · x, from element `xStart`, to y, from element `yStart`.
  static func add(
    _ factor: Float, _ x: Span<Float>, from xStart: Int = 0, to y: inout MutableSpan<Float>, at yStart: Int = 0,
    count: Int
  ) {
    precondition(xStart >= 0 && xStart + count <= x.count, "elements outside of the source")
    precondition(yStart >= 0 && yStart + count <= y.count, "elements outside of the destination")
    guard count > 0 else { return }
    x.withUnsafeBufferPointer { x in
      // SAFETY: the preconditions keep both ranges inside their spans.
      y.withUnsafeMutableBufferPointer {
        ser_add_scaled(factor, x.baseAddress! + xStart, $0.baseAddress! + yStart, count)
      }
    }
  }

  /// Adds rows of x, `distance` apart from element `xStart` on, to rows of y, `other` apart from `yStart` on.
  static func addRows(
    _ x: Span<Float>, from xStart: Int = 0, distance: Int, to y: inout MutableSpan<Float>, at yStart: Int = 0,
    distance other: Int, rows: Int, columns: Int
  ) {
    guard rows > 0, columns > 0 else { return }
    precondition(
      xStart >= 0 && distance >= 0 && xStart + (rows - 1) * distance + columns <= x.count, "rows outside of the source")
    precondition(
      yStart >= 0 && other >= 0 && yStart + (rows - 1) * other + columns <= y.count, "rows outside of the destination")
    x.withUnsafeBufferPointer { x in
      // SAFETY: the preconditions keep the last rows inside their spans, and therefore all rows.
      y.withUnsafeMutableBufferPointer {
        ser_add_rows(x.baseAddress! + xStart, distance, $0.baseAddress! + yStart, other, rows, columns)
      }
    }
  }

  /// Adds the squared distances of each column's elements from `centre` to `sums`.
  static func addSquareDistances(
    _ x: Span<Float>, from centre: Span<Float>, to sums: inout MutableSpan<Float>, rows: Int, columns: Int
  ) {
    precondition(rows * columns <= x.count && columns <= centre.count && columns <= sums.count, "a span is too short")
    x.withUnsafeBufferPointer { x in
      centre.withUnsafeBufferPointer { centre in
        // SAFETY: the precondition keeps the kernel inside the spans.
        sums.withUnsafeMutableBufferPointer {
          ser_add_square_distances(x.baseAddress, centre.baseAddress, $0.baseAddress, rows, columns)
        }
      }
    }
  }

  /// y = (x − mean) · inverse · scale + shift, column by column.
  ///
  /// - Parameters:
  ///   - statistics: [mean, inverse], each [columns].
  ///   - weights: [scale, shift], each [columns].
  static func normalize(
    _ x: Span<Float>, by statistics: Span<Float>, _ weights: Span<Float>, into y: inout MutableSpan<Float>, rows: Int,
    columns: Int
  ) {
    precondition(rows * columns <= x.count && rows * columns <= y.count, "a matrix is too short")
    precondition(2 * columns <= statistics.count && 2 * columns <= weights.count, "a vector is too short")
    x.withUnsafeBufferPointer { x in
      statistics.withUnsafeBufferPointer { statistics in
        weights.withUnsafeBufferPointer { weights in
          y.withUnsafeMutableBufferPointer { y in
            guard let mean = statistics.baseAddress, let scale = weights.baseAddress else { return }
            // SAFETY: the preconditions keep the kernel inside the spans.
            ser_normalize_rows(
              x.baseAddress, mean, mean + columns, scale, scale + columns, y.baseAddress, rows, columns)
          }
        }
      }
    }
  }

  /// Backward pass of `normalize` for the mean and deviation of x itself.
  ///
  /// - Parameters:
  ///   - sums: receives the gradients of scale and shift, each [columns]; zero at first.
  static func normalizeGradient(
    _ dy: Span<Float>, _ x: Span<Float>, by statistics: Span<Float>, _ weights: Span<Float>,
    sums: inout MutableSpan<Float>, into dx: inout MutableSpan<Float>, rows: Int, columns: Int
  ) {
    let count = rows * columns
    precondition(count <= x.count && count <= dy.count && count <= dx.count, "a matrix is too short")
    precondition(
      2 * columns <= statistics.count && columns <= weights.count && 2 * columns <= sums.count, "a vector is too short")
    dy.withUnsafeBufferPointer { dy in
      x.withUnsafeBufferPointer { x in
        statistics.withUnsafeBufferPointer { statistics in
          weights.withUnsafeBufferPointer { weights in
            sums.withUnsafeMutableBufferPointer { sums in
              dx.withUnsafeMutableBufferPointer { dx in
                guard let mean = statistics.baseAddress else { return }
                // SAFETY: the preconditions keep both kernels inside the spans.
                ser_add_normalized_products(
                  x.baseAddress, mean, mean + columns, dy.baseAddress, sums.baseAddress, rows, columns)
                ser_normalization_gradient(
                  x.baseAddress, mean, mean + columns, weights.baseAddress, sums.baseAddress, dy.baseAddress,
                  dx.baseAddress, rows, columns)
              }
            }
          }
        }
      }
    }
  }

  /// dx = dy where y is above 0, else 0.
  static func rectifyGradient(_ dy: Span<Float>, _ y: Span<Float>, into dx: inout MutableSpan<Float>) {
    precondition(dy.count == y.count && dx.count == y.count, "spans of different lengths")
    dy.withUnsafeBufferPointer { dy in
      y.withUnsafeBufferPointer { y in
        // SAFETY: the three spans have that many elements.
        dx.withUnsafeMutableBufferPointer {
          ser_rectifier_gradient(y.baseAddress, dy.baseAddress, $0.baseAddress, $0.count)
        }
      }
    }
  }

  /// Σ x · y over `count` elements, from `xStart` of x and the front of y.
  static func dot(_ x: Span<Float>, from xStart: Int, _ y: Span<Float>, count: Int) -> Float {
    precondition(xStart >= 0 && xStart + count <= x.count && count <= y.count, "elements outside of a span")
    return x.withUnsafeBufferPointer { x in
      y.withUnsafeBufferPointer { y in
        guard let x = x.baseAddress, let y = y.baseAddress else { return 0 }
        // SAFETY: the precondition keeps both ranges inside their spans.
        return ser_dot(x + xStart, y, count)
      }
    }
  }

  /// Backward pass of a weighted mean and squared deviation for one row: writes the row's gradient, `share` · (dMean +
  /// 2 dSquare (x − mean)).
  ///
  /// - Parameters:
  ///   - x: the row from element `start` on, as in `dx`.
  ///   - mean: from element `meanStart` on.
  ///   - slopes: [dMean, dSquare], each `count` long.
  /// - Returns: the slope of its weight, Σ dMean · x + dSquare · (x − mean)².
  static func poolingGradient(
    _ x: Span<Float>, from start: Int, mean: Span<Float>, from meanStart: Int, slopes: Span<Float>, share: Float,
    into dx: inout MutableSpan<Float>, count: Int
  ) -> Float {
    precondition(start >= 0 && start + count <= x.count && start + count <= dx.count, "a row outside of the matrix")
    precondition(
      meanStart >= 0 && meanStart + count <= mean.count && 2 * count <= slopes.count, "a vector is too short")
    return x.withUnsafeBufferPointer { x in
      mean.withUnsafeBufferPointer { mean in
        slopes.withUnsafeBufferPointer { slopes in
          dx.withUnsafeMutableBufferPointer { dx in
            guard let x = x.baseAddress, let mean = mean.baseAddress, let slopes = slopes.baseAddress,
              let dx = dx.baseAddress
            else { return 0 }
            // SAFETY: the preconditions keep the kernel inside the spans.
            return ser_pooling_gradient(
              x + start, mean + meanStart, slopes, slopes + count, share, dx + start, count)
          }
        }
      }
    }
  }

  /// Backward pass through the cells of one time step of an LSTM of `units` units.
  ///
  /// - Parameters:
  ///   - first: index of the time step's first row in `gates`, `cells`, `dy` and `gateGradient`.
  ///   - before: index of the first row of the previous time step in `cells`; nil for the first, where the cells were
  ///     0.
  ///   - carried: gradient of the outputs from the next time step, [rows × units].
  ///   - cellCarry: gradient of the cells from the next time step, [rows × units]; receives that for the previous one.
  static func cellGradient(
    gates: Span<Float>, cells: Span<Float>, dy: Span<Float>, first: Int, before: Int?, carried: Span<Float>,
    cellCarry: inout MutableSpan<Float>, gateGradient: inout MutableSpan<Float>, rows: Int, units: Int
  ) {
    let end = first + rows
    precondition(4 * units * end <= gates.count && 4 * units * end <= gateGradient.count, "gates outside of the matrix")
    precondition(2 * units * end <= cells.count && units * end <= dy.count, "rows outside of a matrix")
    precondition((before ?? 0) >= 0 && 2 * units * ((before ?? 0) + rows) <= cells.count, "rows outside of the cells")
    precondition(rows * units <= carried.count && rows * units <= cellCarry.count, "a carry is too short")
    guard rows > 0 else { return }
    let none = [Float](repeating: 0, count: before == nil ? 2 * units * rows : 0)
    gates.withUnsafeBufferPointer { gates in
      cells.withUnsafeBufferPointer { cells in
        dy.withUnsafeBufferPointer { dy in
          carried.withUnsafeBufferPointer { carried in
            none.withUnsafeBufferPointer { none in
              cellCarry.withUnsafeMutableBufferPointer { cellCarry in
                gateGradient.withUnsafeMutableBufferPointer { gateGradient in
                  // SAFETY: the preconditions keep the kernel inside the spans, and `none` is as long as it reads.
                  ser_lstm_cell_gradient(
                    gates.baseAddress! + 4 * units * first, cells.baseAddress! + 2 * units * first,
                    before.map { cells.baseAddress! + 2 * units * $0 } ?? none.baseAddress!,
                    dy.baseAddress! + units * first, carried.baseAddress!, cellCarry.baseAddress!,
                    gateGradient.baseAddress! + 4 * units * first, rows, units)
                }
              }
            }
          }
        }
      }
    }
  }
}
