/// Tells the escalations of a partner: what should happen, and at the profile's rates what goes wrong.
struct EscalationStories {
    let profile: Profile
    var random: SplitMix64

    /// Seconds by severity S1 to S4: the demo's checklist asks for the same.
    private static let acknowledge = [30 * minute, 2 * hour, 8 * hour, 8 * hour]
    private static let lead = [hour, 4 * hour, day, day]
    private static let silence = [4 * hour, day, 3 * day, 3 * day]
    private static let resolve = [8 * hour, day, 5 * day, 10 * day]

    mutating func story(number: Int) -> Story {
        let draw = random.below(100)
        let severity = draw < 14 ? 1 : draw < 48 ? 2 : draw < 82 ? 3 : 4
        let customer = random.pick(profile.customers)
        var story = Story(
            number: number, kind: .escalation, customer: customer, severity: severity, opened: opening(severity),
            subject: random.pick(Phrases.escalationSubjects))
        let acknowledged = beginning(of: &story)
        let resolved = work(on: &story, from: acknowledged)
        updates(of: &story, from: acknowledged, to: resolved)
        ending(of: &story, from: resolved)
        if profile.wholeMinutes { story.dropSeconds() }
        story.tell(until: Network.asOf)
        return story
    }

    /// The grave ones come at any hour, the others while people work.
    private mutating func opening(_ severity: Int) -> Moment {
        let dayOf = Network.start + random.below(298) * day
        let second = severity == 1 ? random.below(day) : random.between(6 * hour, 18 * hour)
        let moment = dayOf + second
        return moment.isTwiceInSydney ? moment + 2 * hour : moment
    }

    /// Escalated, acknowledged, given to a lead. Returns the acknowledgement.
    private mutating func beginning(of story: inout Story) -> Moment {
        let index = story.severity - 1
        let lead = random.pick(profile.people)
        var escalated = Happening(at: story.opened, activity: .escalated, by: story.customer.contact, channel: "portal")
        if !random.chance(profile.reasonMissing) { escalated.reason = random.pick(Phrases.reasons) }
        escalated.text = story.subject
        story.happenings.append(escalated)

        let isSmall = story.customer.tier == "growth" && story.severity <= 2
        let isLate = random.chance(isSmall ? profile.lateAcknowledgementSmall : profile.lateAcknowledgement)
        let limit = Self.acknowledge[index]
        let wait = isLate ? random.part(of: limit, from: 1_300, to: 6_000) : random.part(of: limit, from: 80, to: 850)
        let acknowledged = story.opened + wait
        story.happenings.append(
            Happening(
                at: acknowledged, activity: .acknowledged, by: lead, channel: story.customer.preferredChannel,
                text: random.pick(Phrases.acknowledgements)))

        let isLeadLate = random.chance(profile.lateLead)
        let leadLimit = Self.lead[index]
        let leadWait =
            isLeadLate ? random.part(of: leadLimit, from: 1_200, to: 3_000) : random.part(of: leadLimit, from: 50, to: 700)
        story.happenings.append(Happening(at: story.opened + leadWait, activity: .assigned, by: lead, owner: lead))
        return acknowledged
    }

    /// The work until it is resolved: waits, which stop the clock, and changes of owner.
    private mutating func work(on story: inout Story, from acknowledged: Moment) -> Moment {
        let index = story.severity - 1
        let limit = Self.resolve[index]
        let isLate = random.chance(profile.lateResolution)
        let workLength = isLate ? random.part(of: limit, from: 1_100, to: 2_400) : random.part(of: limit, from: 250, to: 650)
        let waits = random.chance(profile.askedThrice) ? 3 : random.chance(300) ? 1 : random.chance(120) ? 2 : 0
        let slice = workLength / (waits + 1)
        var now = acknowledged
        for _ in 0..<waits {
            now = now + slice
            now = wait(in: &story, at: now, length: random.part(of: limit, from: 100, to: 400))
        }
        if random.chance(80) {
            now = now + slice / 2
            story.happenings.append(Happening(at: now, activity: .waitingForVendor, by: random.pick(profile.people)))
            now = now + random.part(of: limit, from: 100, to: 500)
            story.happenings.append(Happening(at: now, activity: .workResumed, by: random.pick(profile.people)))
            now = now + slice / 2
        } else {
            now = now + slice
        }
        handovers(in: &story, from: acknowledged, to: now)
        if story.severity < 4, random.chance(profile.severityLowered) {
            story.happenings.append(
                Happening(
                    at: acknowledged + (now - acknowledged) / 3, activity: .severityLowered, by: random.pick(profile.people),
                    severity: story.severity + 1))
        }
        return now
    }

    /// A question to the customer and the answer. Returns when work went on.
    private mutating func wait(in story: inout Story, at moment: Moment, length: Int) -> Moment {
        let asker = random.pick(profile.people)
        let channel = story.customer.preferredChannel
        story.happenings.append(
            Happening(at: moment, activity: .customerUpdate, by: asker, channel: channel, text: random.pick(Phrases.questions)))
        story.happenings.append(Happening(at: moment + 2 * minute, activity: .waitingForCustomer, by: asker))
        let answered = moment + max(length, 10 * minute)
        story.happenings.append(
            Happening(
                at: answered, activity: .customerReplied, by: story.customer.contact, channel: channel,
                text: random.pick(Phrases.replies)))
        story.happenings.append(Happening(at: answered + 3 * minute, activity: .workResumed, by: asker))
        return answered + 3 * minute
    }

    private mutating func handovers(in story: inout Story, from start: Moment, to end: Moment) {
        guard let lead = story.happenings.last(where: { $0.activity == .assigned }), let owner = lead.owner else { return }
        guard random.chance(profile.handover) else { return }
        let others = profile.people.filter { $0.team != owner.team }
        let other = random.pick(others)
        let length = max(end - max(start, lead.at), 30 * minute)
        let from = max(start, lead.at)
        var path = [(other, from + length / 4)]
        if random.chance(profile.pingPong) {
            path.append((owner, from + length / 2))
            if random.chance(400) { path.append((random.pick(others), from + length * 3 / 4)) }
        }
        var giver = owner
        for (receiver, moment) in path {
            var handover = Happening(at: moment, activity: .reassigned, by: giver, owner: receiver)
            if !random.chance(profile.reasonMissing) { handover.reason = random.pick(Phrases.handoverReasons) }
            story.happenings.append(handover)
            giver = receiver
        }
    }

    /// Messages often enough that the customer never waits longer than the limit, unless a silence is planted.
    private mutating func updates(of story: inout Story, from acknowledged: Moment, to resolved: Moment) {
        let limit = Self.silence[story.severity - 1]
        let channel = story.customer.preferredChannel
        var now = acknowledged
        var silence = random.chance(profile.silence)
        if story.customer.tier == "key", story.severity == 1, !random.chance(profile.keyNotCalled) {
            now = now + 20 * minute
            story.happenings.append(
                Happening(
                    at: now, activity: .customerUpdate, by: random.pick(profile.people), channel: "phone",
                    text: "Called, see minutes."))
        }
        while resolved - now > limit * 9 / 10 {
            now = now + (silence ? random.part(of: limit, from: 1_200, to: 2_000) : random.part(of: limit, from: 450, to: 900))
            silence = false
            guard now < resolved else { break }
            story.happenings.append(
                Happening(
                    at: now, activity: .customerUpdate, by: random.pick(profile.people), channel: channel,
                    text: random.pick(Phrases.updates)))
        }
    }

    /// Resolved, perhaps reopened, confirmed by the customer or by its silence, closed, reviewed.
    private mutating func ending(of story: inout Story, from resolved: Moment) {
        let limit = Self.resolve[story.severity - 1]
        let channel = story.customer.preferredChannel
        let lead = random.pick(profile.people)
        var now = resolved
        story.happenings.append(
            Happening(at: now, activity: .resolved, by: lead, channel: channel, text: random.pick(Phrases.resolutions)))
        if random.chance(profile.reopened) {
            now = now + random.between(3 * hour, 40 * hour)
            story.happenings.append(
                Happening(
                    at: now, activity: .reopened, by: story.customer.contact, channel: channel,
                    text: random.pick(Phrases.reopenings)))
            story.happenings.append(
                Happening(
                    at: now + 25 * minute, activity: .customerUpdate, by: lead, channel: channel,
                    text: random.pick(Phrases.acknowledgements)))
            now = now + 30 * minute + random.part(of: min(limit, 2 * day), from: 150, to: 400)
            story.happenings.append(
                Happening(at: now, activity: .resolved, by: lead, channel: channel, text: random.pick(Phrases.resolutions)))
        }
        let lastResolved = now
        if random.chance(profile.closedUnconfirmed) {
            now = now + random.between(hour, 30 * hour)
        } else if random.chance(150) {
            now = now + random.between(5 * day + hour, 9 * day)
        } else {
            now = now + random.between(hour, 2 * day)
            story.happenings.append(
                Happening(
                    at: now, activity: .customerConfirmed, by: story.customer.contact, channel: channel,
                    text: random.pick(Phrases.confirmations)))
            now = now + random.between(10 * minute, day)
        }
        story.happenings.append(Happening(at: now, activity: .closed, by: lead))
        story.closed = now
        if profile.recordsReviews, story.severity <= 2, !random.chance(profile.reviewMissing) {
            let reviewed = lastResolved + random.part(of: story.severity == 1 ? 3 * day : 7 * day, from: 100, to: 900)
            story.happenings.append(Happening(at: reviewed, activity: .reviewScheduled, by: lead))
        }
    }
}

extension Story {
    /// As an export without seconds shows it.
    mutating func dropSeconds() {
        for index in happenings.indices { happenings[index].at = happenings[index].at.wholeMinute }
        closed = closed?.wholeMinute
    }
}
