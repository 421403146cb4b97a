/// Numbers as people read them: one place for sentences and pages alike, the same on every machine and in every locale.
package enum Figures {
    /// `7,554`
    package static func count(_ number: Int) -> String {
        let digits = Array(String(number.magnitude).utf8)
        var text = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += "," }
            text.unicodeScalars.append(Unicode.Scalar(digit))
        }
        return text
    }

    /// `1 record`, `7,554 records`
    package static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
        "\(count(number)) \(number == 1 ? one : many ?? one + "s")"
    }

    /// `76`, `-8`, `97.5`: a share in percent without its sign, rounded half away from zero.
    package static func percentNumber(_ share: Double, decimals: Int = 0) -> String {
        guard share.isFinite else { return "–" }
        let scale = (0..<decimals).reduce(1) { scale, _ in scale * 10 }
        let scaled = Int((share * 100 * Double(scale)).rounded())
        let sign = scaled < 0 ? "-" : ""
        let whole = "\(sign)\(Int(scaled.magnitude) / scale)"
        guard decimals > 0 else { return whole }
        let fraction = String(Int(scaled.magnitude) % scale)
        return whole + "." + String(repeating: "0", count: decimals - fraction.utf8.count) + fraction
    }

    /// `76 %`
    package static func percent(_ share: Double, decimals: Int = 0) -> String { percentNumber(share, decimals: decimals) + " %" }

    /// The fewest decimals, at most two, that say a target exactly: 0 for 0.86, 1 for 0.975.
    package static func decimals(for target: Double) -> Int {
        var scaled = target * 100
        for decimals in 0..<2 {
            if abs(scaled - scaled.rounded()) < 1e-9 { return decimals }
            scaled *= 10
        }
        return 2
    }

    /// Rounded to six decimals, for files: stable where the last bits of a logarithm are not.
    package static func rounded(_ value: Double) -> Double {
        let rounded = (value * 1e6).rounded() / 1e6
        return rounded == 0 ? 0 : rounded
    }

    /// Rounded to four significant digits, for error rates that may be tiny.
    package static func significant(_ value: Double) -> Double {
        guard value > 0, value < 1 else { return rounded(value) }
        var (scaled, exponent) = (value, 0)
        while scaled < 1000, exponent < 330 {
            scaled *= 10
            exponent += 1
        }
        return Double("\(Int(scaled.rounded()))e-\(exponent)") ?? 0
    }
}

extension Figures {
    /// `0.87`, `150.2`: rounded half away from zero.
    package static func decimal(_ value: Double, decimals: Int) -> String { percentNumber(value / 100, decimals: decimals) }
}
