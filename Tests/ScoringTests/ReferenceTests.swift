import Checklists
import Foundation
@testable import Scoring
import Testing

/// The engine of flags beside the reference of its methods, test by test.
struct ReferenceTests {
    @Test(arguments: ["easy", "overdispersed", "tiny"])
    func `every test says what the reference says`(name: String) throws {
        let network = try SimulatedNetwork(name)
        let trials = try FlagRaiser.trials(
            network.results, slots: ItemSlots(network.descriptions), cases: network.tallied())
        let tails = trials.tails()
        var ours: [String: (p: Double, passesFloor: Bool, effect: Double?)] = [:]
        for (trial, p) in zip(trials.trials, tails) {
            let dimension = trial.dimension.map { $0 == .owner ? "agent" : $0.rawValue } ?? ""
            let key = "\(trial.kind.rawValue) \(trial.partner) \(trials.subjects[trial.subject].id) \(dimension)"
            #expect(ours[key] == nil, "\(key) twice")
            ours[key] = (p, trial.finding != nil, trial.finding?.effect)
        }
        for test in network.tests {
            guard let own = ours.removeValue(forKey: test.key) else {
                Issue.record("not tested: \(test.key)")
                continue
            }
            #expect(abs(own.p - test.p) <= 2e-6 + 1e-5 * test.p, "\(test.key): p \(own.p), reference \(test.p)")
            #expect(own.passesFloor == test.passesFloor, "\(test.key): floor")
            if let effect = own.effect, test.kind != "evidence" {
                #expect(abs(effect - test.effect) < 1e-5, "\(test.key): effect \(effect), reference \(test.effect)")
            }
        }
        #expect(ours.isEmpty, "tested beyond the reference: \(ours.keys.sorted().prefix(5))")
    }

    @Test(arguments: ["easy", "overdispersed", "tiny"])
    func `every flag of the reference is raised, and no other`(name: String) throws {
        let network = try SimulatedNetwork(name)
        let raised = try FlagRaiser.raise(
            network.results, slots: ItemSlots(network.descriptions), cases: network.tallied())
        var expected = network.flags
        for flag in raised.flags where flag.tier == .asserted {
            let partner = try #require(Int(flag.partner.dropFirst()))
            let dimension = flag.dimension == "owner" ? "agent" : flag.dimension ?? ""
            let key = "\(flag.kind.rawValue) \(partner) \(flag.item) \(dimension)"
            let q = expected.removeValue(forKey: key)
            #expect(q.map { abs(flag.q - $0) < 1e-5 } ?? false, "\(key): q \(flag.q), reference \(String(describing: q))")
        }
        #expect(expected.isEmpty)
    }
}
