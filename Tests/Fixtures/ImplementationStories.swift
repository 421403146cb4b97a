/// Tells the implementation projects of a partner: what should happen, and at the profile's rates what goes wrong.
struct ImplementationStories {
    let profile: Profile
    var random: SplitMix64

    mutating func story(number: Int) -> Story {
        let customer = random.pick(profile.customers)
        let opened = Network.start + random.below(280) * day + random.between(7 * hour, 16 * hour)
        var story = Story(
            number: number, kind: .implementation, customer: customer, severity: 3, opened: opened,
            subject: random.pick(Phrases.projectSubjects))
        let lead = random.pick(profile.people)
        let kickedOff = beginning(of: &story, lead: lead)
        let isSlow = random.chance(profile.slow)
        let live = kickedOff + (isSlow ? random.between(105, 140) : random.between(42, 72)) * day
        middle(of: &story, lead: lead, from: kickedOff, to: live)
        let closed = ending(of: &story, lead: lead, from: live)
        updates(of: &story, lead: lead, from: kickedOff, to: closed)
        story.tell(until: Network.asOf)
        return story
    }

    private mutating func add(
        _ activity: Activity, to story: inout Story, at moment: Moment, by person: Person, text: String? = nil
    ) {
        story.happenings.append(
            Happening(at: moment + random.below(90) * minute, activity: activity, by: person, channel: "email", text: text))
    }

    /// Sales hands over, an owner is named, the customer meets them at the kick-off.
    private mutating func beginning(of story: inout Story, lead: Person) -> Moment {
        let seller = Person(id: "seller", name: "Account manager", party: .vendor)
        story.happenings.append(
            Happening(at: story.opened + random.between(1, 30) * hour, activity: .assigned, by: seller, owner: lead))
        let isLate = random.chance(profile.lateKickOff)
        let kickedOff = story.opened + (isLate ? random.between(16, 27) : random.between(5, 12)) * day
        let handedOver = random.chance(profile.handedOverLate) ? kickedOff + 3 * day : story.opened + random.between(1, 4) * day
        add(.handedOver, to: &story, at: handedOver, by: seller)
        add(
            .kickedOff, to: &story, at: kickedOff, by: lead, text: "Kick-off with \(story.customer.name), agenda sent in advance."
        )
        return kickedOff
    }

    /// Scope, changes, training and the customer's own test.
    private mutating func middle(of story: inout Story, lead: Person, from kickedOff: Moment, to live: Moment) {
        let length = live - kickedOff
        let contact = story.customer.contact
        if !random.chance(profile.scopeUnsigned) {
            add(.scopeSigned, to: &story, at: kickedOff + random.between(3, 10) * day, by: contact)
        }
        for _ in 0..<random.below(3) {
            let at = kickedOff + length * random.between(250, 650) / 1_000
            var change = Happening(at: at, activity: .changeRequested, by: contact, text: random.pick(Phrases.changes))
            if !random.chance(profile.sponsorMissing) { change.sponsor = random.pick(Phrases.sponsors) }
            story.happenings.append(change)
        }
        if random.chance(350) {
            let at = kickedOff + length / 3
            add(.waitingForCustomer, to: &story, at: at, by: lead)
            add(.workResumed, to: &story, at: at + random.between(2, 9) * day, by: lead)
        }
        if story.customer.tier == "key", !random.chance(profile.sponsorNotMet) {
            add(.sponsorMet, to: &story, at: kickedOff + length / 2, by: lead, text: "Steering meeting with the sponsor.")
        }
        let trained = random.chance(profile.untrained) ? live + 6 * day : live + -random.between(5, 14) * day
        add(.adminsTrained, to: &story, at: trained, by: lead)
        if !random.chance(profile.acceptanceUnsigned) {
            add(.acceptanceSigned, to: &story, at: live + -random.between(2, 4) * day, by: contact)
        }
        if random.chance(240) { changeOwner(of: &story, from: lead, at: kickedOff + length * 2 / 5) }
    }

    private mutating func changeOwner(of story: inout Story, from lead: Person, at moment: Moment) {
        let next = random.pick(profile.people.filter { $0 != lead })
        var handover = Happening(at: moment, activity: .reassigned, by: lead, owner: next)
        handover.reason = "New project lead"
        story.happenings.append(handover)
        if !random.chance(profile.notIntroduced) {
            add(
                .introduced, to: &story, at: moment + random.between(1, 3) * day, by: next,
                text: "\(next.name) takes over, call together.")
        }
    }

    /// Going live, support, the customer's signature, closing, the review. Returns the closing.
    private mutating func ending(of story: inout Story, lead: Person, from live: Moment) -> Moment {
        add(.wentLive, to: &story, at: live, by: lead, text: "We are live.")
        if random.chance(25) { add(.rolledBack, to: &story, at: live + 2 * day, by: lead, text: "Taken back over the weekend.") }
        if !random.chance(profile.supportMissing) {
            let desk = Person(id: "support-desk", name: "Support desk", party: .partner)
            add(.supportAccepted, to: &story, at: live + random.between(2, 9) * day, by: desk)
        }
        var closed = live + random.between(12, 24) * day
        if !random.chance(profile.signOffMissing) {
            add(.signedOff, to: &story, at: closed + -random.between(1, 5) * day, by: story.customer.contact, text: "Accepted.")
        }
        closed = closed + 3 * hour
        story.happenings.append(Happening(at: closed, activity: .closed, by: lead))
        story.closed = closed
        if !random.chance(profile.projectReviewMissing) {
            add(
                .reviewed, to: &story, at: live + random.between(22, 42) * day, by: lead,
                text: "Review: benefits against the plan.")
        }
        return closed
    }

    /// News at least every two weeks, unless a silence is planted.
    private mutating func updates(of story: inout Story, lead: Person, from kickedOff: Moment, to closed: Moment) {
        var silentGap = random.chance(profile.projectSilence) ? random.between(1, 4) : 0
        var now = kickedOff
        while true {
            silentGap -= 1
            now = now + (silentGap == 0 ? random.between(17, 30) : random.between(6, 12)) * day
            guard now < closed else { return }
            add(.customerUpdate, to: &story, at: now, by: lead, text: random.pick(Phrases.projectUpdates))
            if random.chance(150) {
                add(
                    .customerReplied, to: &story, at: now + 5 * hour, by: story.customer.contact,
                    text: random.pick(Phrases.replies))
            }
        }
    }
}
