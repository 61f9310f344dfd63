import CALSA
import CDefaultModel
import CKernels
import CSoundTouch

@main struct Main {
  static func main() {
    ser_alsa_silence()
    print(ser_default_model_size)
    var x: [Float] = [1, 2]
    ser_exp(x, &x, 2)
    print(x)
  }
}
