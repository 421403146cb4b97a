import Foundation
import Language

/// Takes out of texts what must not be seen: the secrets of a source in every form in which a page may echo them. Every
/// sentence that a pull says goes through one of these.
///
/// A secret is known by each eight bytes in a row of it, so that a part of it is found too, whatever comes before and
/// behind. Capitals, and all that is neither letter nor digit, make no difference; escapes are resolved before (`Unescaped`);
/// `SecretForms` has what a secret becomes in other codes. What partners say themselves is searched for each four bytes.
package final class Redactor: Sendable {
    private struct Known {
        var secrets: Set<Secret> = []
        /// What is searched for everywhere, and in a partner's own words.
        var runs = Runs(length: 8)
        var shortRuns = Runs(length: 4)
    }

    private let known = Guarded(Known())

    init(_ secrets: [Secret] = []) { learn(secrets) }

    /// Hides one secret.
    package convenience init(hiding secret: String) { self.init([Secret(secret)]) }

    /// Secrets to hide from here on.
    func learn(_ secrets: [Secret]) {
        known.withLock { known in
            for secret in secrets where known.secrets.insert(secret).inserted {
                // Of a long text every word has four letters somewhere.
                let isLong = secret.revealed.utf8.count > Self.longest
                for form in SecretForms.forms(of: secret.revealed) {
                    known.runs.insert(form)
                    if !isLong { known.shortRuns.insert(form) }
                }
            }
        }
    }

    private static let longest = 256

    /// The text with `***` in place of each secret, or part of one.
    func hiding(_ text: String) -> String { without(text) { $0.runs } }

    /// The same for a text that a partner wrote, whatever pieces it has cut a secret into.
    func hiding(foreign text: String) -> String { without(text) { $0.shortRuns } }

    private func without(_ text: String, _ choose: (borrowing Known) -> Runs) -> String {
        let runs = known.withLock { choose($0) }
        guard !runs.isEmpty else { return text }
        let bytes = Array(text.utf8)
        var isHidden = [Bool](repeating: false, count: bytes.count)
        var isAny = false
        for layer in Unescaped.layers(of: bytes) {
            for part in [layer, layer.lettersAndDigits] {
                runs.find(in: part.bytes) { found in
                    isAny = true
                    for index in part.places[found.lowerBound].lowerBound..<part.places[found.upperBound - 1].upperBound {
                        isHidden[index] = true
                    }
                    return true
                }
            }
        }
        return isAny ? Self.text(bytes, without: isHidden) : text
    }

    private static func text(_ bytes: [UInt8], without isHidden: [Bool]) -> String {
        var shown: [UInt8] = []
        var wasHidden = false
        for (index, byte) in bytes.enumerated() {
            // What is left of a letter of several bytes is none.
            let isTorn = byte & 0xC0 == 0x80 && wasHidden
            if !isHidden[index], !isTorn {
                shown.append(byte)
                wasHidden = false
            } else if !wasHidden {
                while let last = shown.last, byte & 0xC0 == 0x80, last & 0x80 != 0 {
                    shown.removeLast()
                    if last & 0xC0 == 0xC0 { break }
                }
                shown += Array("***".utf8)
                wasHidden = true
            }
        }
        return String(decoding: shown, as: UTF8.self)
    }

    /// True where a secret stands in the text, or eight bytes in a row of one.
    func finds(in text: String) -> Bool {
        let runs = known.withLock { $0.runs }
        guard !runs.isEmpty else { return false }
        var isFound = false
        for layer in Unescaped.layers(of: Array(text.utf8)) {
            for part in [layer, layer.lettersAndDigits] where !isFound {
                runs.find(in: part.bytes) { _ in
                    isFound = true
                    return false
                }
            }
        }
        return isFound
    }
}

/// Runs of bytes to look for, and whole texts that are shorter than that.
private struct Runs {
    let length: Int
    private var all: Set<UInt64> = []
    private var short: Set<[UInt8]> = []
    /// By the hash of a run; false where none has that.
    private var mayBe = [Bool](repeating: false, count: 1 << 12)

    init(length: Int) { self.length = length }

    var isEmpty: Bool { all.isEmpty && short.isEmpty }

    mutating func insert(_ form: [UInt8]) {
        guard form.count >= length else {
            short.insert(form)
            return
        }
        var run: UInt64 = 0
        for (index, byte) in form.enumerated() {
            run = next(run, byte)
            if index >= length - 1 {
                all.insert(run)
                mayBe[Self.hash(run)] = true
            }
        }
    }

    /// Calls `found` with each place, until it says that it is enough.
    func find(in bytes: [UInt8], _ found: (Range<Int>) -> Bool) {
        var run: UInt64 = 0
        for (index, byte) in bytes.enumerated() {
            run = next(run, byte)
            if index >= length - 1, mayBe[Self.hash(run)], all.contains(run) {
                guard found((index - length + 1)..<(index + 1)) else { return }
            }
        }
        for form in short where form.count <= bytes.count {
            for start in 0...(bytes.count - form.count) where bytes[start] == form[0] && bytes[start...].starts(with: form) {
                guard found(start..<(start + form.count)) else { return }
            }
        }
    }

    private func next(_ run: UInt64, _ byte: UInt8) -> UInt64 {
        length == 8 ? run << 8 | UInt64(byte) : (run << 8 | UInt64(byte)) & (1 << UInt64(length * 8) - 1)
    }

    private static func hash(_ run: UInt64) -> Int { Int(truncatingIfNeeded: (run &* 0x9E37_79B9_7F4A_7C15) >> 52) }
}
