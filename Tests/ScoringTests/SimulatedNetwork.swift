import Checklists
import Foundation
@testable import Scoring
import TestSupport
import Testing

/// A small network of partners with planted inconsistencies, and what the reference of the methods makes of it
/// (`fixtures/statistics/network-*.json`).
struct SimulatedNetwork {
    struct Case {
        let partner: Int
        let mix: [String]
        let region: Int
        let customer: Int
        let owner: Int
        let month: Int
        let isClosed: Bool
        let hours: Double
        let route: Int
        /// p met, f missed, n not applicable, ? undecided, m not observable.
        let verdicts: [Character]
    }

    /// One test of the reference.
    struct Reference {
        let kind: String
        let partner: Int
        let item: String
        let dimension: String
        let p: Double
        let effect: Double
        let passesFloor: Bool

        var key: String { "\(kind) \(partner) \(item) \(dimension)" }
    }

    let items: [String]
    let targets: [Double]
    let routes: [String]
    let cases: [Case]
    let tests: [Reference]
    /// Asserted, by kind, partner, item and dimension.
    let flags: [String: Double]

    init(_ name: String) throws {
        let text = try Checkout.text("fixtures/statistics/network-\(name).json")
        let root = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        items = try #require(root["items"] as? [String])
        targets = try #require(root["targets"] as? [Double])
        routes = try #require(root["routes"] as? [String])
        cases = try #require(root["cases"] as? [[Any]]).map { row in
            let numbers = try row.prefix(11).map { try #require($0 as? NSNumber) }
            let verdicts = try #require(row.last as? String)
            return Case(
                partner: numbers[0].intValue, mix: [1, 2, 3, 4].map { String(numbers[$0].intValue) }, region: numbers[3].intValue,
                customer: numbers[5].intValue, owner: numbers[6].intValue, month: numbers[7].intValue,
                isClosed: numbers[8].intValue == 1, hours: numbers[9].doubleValue, route: numbers[10].intValue,
                verdicts: Array(verdicts))
        }
        tests = try #require(root["tests"] as? [[Any]]).map { row in
            Reference(
                kind: try #require(row[0] as? String), partner: try #require(row[1] as? Int),
                item: try #require(row[2] as? String),
                dimension: try #require(row[3] as? String), p: try #require(row[4] as? Double),
                effect: try #require(row[5] as? Double), passesFloor: try #require(row[6] as? Bool))
        }
        flags = Dictionary(
            uniqueKeysWithValues: try #require(root["flags"] as? [[Any]]).map { row in
                let key = try row.prefix(4).map { "\(try #require($0 as? any CustomStringConvertible))" }.joined(separator: " ")
                return (key, try #require(row[4] as? Double))
            })
    }

    static func partner(_ number: Int) -> String { String(format: "P%03d", number) }

    var descriptions: [ItemDescription] {
        zip(items, targets).map { Sample.item($0, checklist: "simulated", target: $1) }
    }

    static let measures = [
        MeasureDescription(
            checklist: "simulated", checklistTitle: "", version: "1", function: nil, id: "duration", title: "Time to close",
            kind: .duration, meaning: ""),
        MeasureDescription(
            checklist: "simulated", checklistTitle: "", version: "1", function: nil, id: "path", title: "Route", kind: .route([]),
            meaning: ""),
    ]

    /// Results by partner, of counts alone.
    var results: [PartnerResult] {
        let count = (cases.map(\.partner).max() ?? -1) + 1
        return (0..<count).map { partner in
            let own = cases.filter { $0.partner == partner }
            let results = descriptions.enumerated().map { index, item in
                var tally = Tally()
                for verdict in own.map({ $0.verdicts[index] }) {
                    switch verdict {
                    case "p": tally.add(.pass, .met)
                    case "f": tally.add(.fail, .missed)
                    case "?": tally.add(.pending, .none)
                    case "m": tally.add(.notObservable, .none)
                    default: tally.add(.notApplicable, .none)
                    }
                }
                return Estimate.result(of: item, tally, worst: [])
            }
            return PartnerResult(
                id: Self.partner(partner), name: Self.partner(partner), functions: [], records: own.count, items: results)
        }
    }

    /// The cases as an audit counts them. `beside`: every partner has so many missed cases of an item of another function,
    /// which sorts before the others, of a mix that no other case has.
    func tallied(beside other: (function: String, count: Int)? = nil) -> Cases {
        var groups = CaseGroups()
        groups.partners = Set(cases.map(\.partner)).sorted().map(Self.partner)
        groups.customers = (0...(cases.map(\.customer).max() ?? 0)).map { String($0) }
        groups.owners = (0...(cases.map(\.owner).max() ?? 0)).map { String($0) }
        groups.regions = (0..<5).map { String($0) }
        groups.mixFields = ["severity", "customer.tier", "customer.region", "function"]
        var mixes = Set(cases.map(\.mix)).sorted { $0.lexicographicallyPrecedes($1) }
        let otherMix = other.map { ["0", "0", "0", $0.function] }
        if let otherMix { mixes = (mixes + [otherMix]).sorted { $0.lexicographicallyPrecedes($1) } }
        groups.mixes = mixes
        let numberOfMix = Dictionary(uniqueKeysWithValues: mixes.enumerated().map { ($1, $0) })
        func key(_ c: Case) -> [Int] { [c.partner, c.customer, numberOfMix[c.mix] ?? 0, c.region, c.owner, c.month] }
        let others = otherMix.map { mix in
            Set(cases.map { [$0.partner, $0.customer, numberOfMix[mix] ?? 0, 0, $0.owner, 0] })
        }
        let keys = Set(cases.map(key)).union(others ?? []).sorted { $0.lexicographicallyPrecedes($1) }
        let places = Dictionary(uniqueKeysWithValues: keys.enumerated().map { ($1, $0) })
        for key in keys {
            groups.partner.append(Int32(key[0]))
            groups.customer.append(Int32(key[1]))
            groups.mix.append(Int32(key[2]))
            groups.region.append(Int32(key[3]))
            groups.owner.append(Int32(key[4]))
            groups.month.append(Int16(key[5]))
        }
        let group = cases.map { places[key($0)] ?? 0 }
        var cells: [ItemCells] = []
        if let other, let others {
            var own = ItemCells()
            for place in others.compactMap({ places[$0] }).sorted() {
                own.append(group: Int32(place), met: 0, missed: Int32(other.count), unobserved: 0)
            }
            cells.append(own)
        }
        // In the order of slots.
        for item in items.indices.sorted(by: { items[$0] < items[$1] }) {
            var counts: [Int: (met: Int32, missed: Int32, unobserved: Int32)] = [:]
            for (index, c) in cases.enumerated() {
                switch c.verdicts[item] {
                case "p": counts[group[index], default: (0, 0, 0)].met += 1
                case "f": counts[group[index], default: (0, 0, 0)].missed += 1
                case "m": counts[group[index], default: (0, 0, 0)].unobserved += 1
                default: break
                }
            }
            var own = ItemCells()
            for (group, count) in counts.sorted(by: { $0.key < $1.key }) {
                own.append(group: Int32(group), met: count.met, missed: count.missed, unobserved: count.unobserved)
            }
            cells.append(own)
        }
        var durations = DurationCells()
        for index in cases.indices.sorted(by: { (group[$0], cases[$0].hours) < (group[$1], cases[$1].hours) }) {
            durations.group.append(Int32(group[index]))
            durations.seconds.append(cases[index].hours * 3600)
            durations.isEnded.append(cases[index].isClosed)
        }
        var routes = RouteCells()
        routes.routes = self.routes
        var counts: [[Int]: Int32] = [:]
        for (index, c) in cases.enumerated() where c.isClosed { counts[[group[index], c.route], default: 0] += 1 }
        for (key, count) in counts.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            routes.group.append(Int32(key[0]))
            routes.route.append(Int32(key[1]))
            routes.count.append(count)
        }
        return Cases(
            groups: groups, items: cells, measures: Self.measures, durations: [0: durations], routes: [1: routes])
    }
}
