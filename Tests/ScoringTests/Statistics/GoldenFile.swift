import Foundation
import TestSupport
import Testing

/// One file of `conformance/statistics`: numbers of statsmodels, scipy, mpmath and R for one primitive.
struct GoldenFile {
    let cases: [GoldenCase]
    let tolerance: Tolerance

    enum Tolerance {
        case absolute(Double)
        case relative(Double)

        func holds(_ found: Double, _ expected: Double) -> Bool {
            switch self {
            case .absolute(let width): abs(found - expected) <= width
            case .relative(let width): abs(found - expected) <= width * abs(expected)
            }
        }

        /// `rel 1e-9`, `abs 1e-6`, perhaps with words after it or before it.
        init?(_ text: String) {
            let words = text.split { " ;".contains($0) }
            guard let place = words.firstIndex(where: { $0 == "rel" || $0 == "abs" }), place + 1 < words.count,
                let width = Double(words[place + 1])
            else { return nil }
            self = words[place] == "rel" ? .relative(width) : .absolute(width)
        }
    }

    /// Nil where the shared folder is absent.
    init?(_ name: String) throws {
        guard let bytes = Shared.bytes("conformance/statistics/\(name).json") else { return nil }
        let root = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        #expect(root["primitive"] as? String == name)
        let stated = try #require(root["tolerance"] as? String)
        tolerance = try #require(Tolerance(stated))
        let cases = try #require(root["cases"] as? [[String: Any]])
        self.cases = cases.map { GoldenCase(values: $0) }
        #expect(!cases.isEmpty)
    }

    /// The names of the files that are there.
    static var names: [String] {
        guard let folder = Shared.folder,
            let files = try? FileManager.default.contentsOfDirectory(atPath: folder + "/conformance/statistics")
        else { return [] }
        return files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
    }
}

struct GoldenCase: CustomStringConvertible {
    let values: [String: Any]

    var description: String { String(String(describing: values).prefix(600)) }

    func number(_ key: String) throws -> Double {
        try #require((values[key] as? NSNumber)?.doubleValue, "\(key) of \(self)")
    }

    func count(_ key: String) throws -> Int { Int(try number(key)) }

    /// Nil for null.
    func optional(_ key: String) -> Double? { (values[key] as? NSNumber)?.doubleValue }

    func numbers(_ key: String) throws -> [Double] {
        try #require(values[key] as? [NSNumber], "\(key) of \(self)").map(\.doubleValue)
    }

    func counts(_ key: String) throws -> [Int] { try numbers(key).map { Int($0) } }

    func flags(_ key: String) throws -> [Bool] { try numbers(key).map { $0 != 0 } }

    func rows(_ key: String) throws -> [[Double]] {
        try #require(values[key] as? [[NSNumber]], "\(key) of \(self)").map { $0.map(\.doubleValue) }
    }

    /// Nil for null.
    func object(_ key: String) -> GoldenCase? { (values[key] as? [String: Any]).map(GoldenCase.init) }
}
