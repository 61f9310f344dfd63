import CDefaultModel
import Models

extension Recognizer {
  /// The built-in model, linked into every program that uses this library. `docs/model-card.md` describes it: training
  /// data, accuracy, limits, and the licence of the weights (CC BY-NC-SA 4.0).
  public static let builtIn: Recognizer = {
    let name = "the built-in model"
    // SAFETY: the array has that many bytes and lives as long as the program.
    let bytes = UnsafeBufferPointer(start: ser_default_model_start(), count: ser_default_model_size)
    do {
      return try Recognizer(SafeTensors(bytes.span, name: name), name: name)
    } catch {
      preconditionFailure("\(error)")
    }
  }()
}
